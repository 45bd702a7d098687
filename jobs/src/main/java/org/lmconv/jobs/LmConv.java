package org.lmconv.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lmconv.jobs.base.Causes;
import org.lmconv.jobs.base.CodeVersion;
import org.lmconv.jobs.conf.ConfigLoader;
import org.lmconv.jobs.conf.JobConfig;
import org.lmconv.jobs.session.NativeWork;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * The command line: {@code COMMAND [--config FILE] [key=value ...]}.
 *
 * <p>Exit codes: 0 done; 2 the caller's fault, told in one line; 1 ours.
 */
public final class LmConv {
  private static final int DONE = 0;
  private static final int INTERNAL_ERROR = 1;
  private static final int CALLERS_FAULT = 2;

  /** What a command word does. */
  @FunctionalInterface
  public interface Command {
    /**
     * Runs to the end.
     *
     * @param config validated; keys that the command does not read have their defaults or what the
     *     configuration file says
     * @param out for what the user asked to see
     * @throws org.lmconv.jobs.base.UserError if the caller is at fault
     * @throws IOException if a file system fails
     */
    void run(JobConfig config, PrintStream out) throws IOException;
  }

  /** The words of a command line, before the configuration is read. */
  @CommandLine.Command(
      name = "lmconv",
      customSynopsis = "lmconv [COMMAND] [--config FILE] [key=value ...]",
      description = "Locally masked convolutions: density models of images, in any pixel order.",
      sortOptions = false)
  private static final class Line {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "HOCON file; key=value words win.")
    Path config;

    @Option(
        names = {"-h", "--help"},
        description = "This help, or that of a command.")
    boolean help;

    @Option(names = "--version", description = "Version and commit of the code.")
    boolean version;

    @Parameters(hidden = true)
    List<String> words = new ArrayList<>();
  }

  private final Commands commands;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean debug;

  LmConv(Commands commands, PrintStream out, PrintStream err, boolean debug) {
    this.commands = commands;
    this.out = out;
    this.err = err;
    this.debug = debug;
  }

  /** Runs one command. The variable LMCONV_DEBUG adds stack traces to errors. */
  public static void main(String[] args) {
    run(Commands.ALL, args);
  }

  /** The same where bench is there, which is in a jar of its own, and reads these keys. */
  public static void main(String[] args, Class<? extends Record> keys, Command bench) {
    run(Commands.ALL.with("bench", keys, bench), args);
  }

  private static void run(Commands commands, String... args) {
    boolean debug = System.getenv("LMCONV_DEBUG") != null;
    // The same text whatever the locale, which may be one without "±" or with decimal commas.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    int code = new LmConv(commands, out, err, debug).run(args);
    // Not when done: in a cluster's driver that would end the application before Spark does.
    if (code != DONE) {
      System.exit(code);
    }
  }

  int run(String... args) {
    try {
      dispatch(args);
      out.flush();
      return DONE;
    } catch (ParameterException e) {
      return fault(e.getMessage(), e);
    } catch (Throwable e) { // also OutOfMemoryError, and natives that do not link
      if (NativeWork.isEnding()) {
        return INTERNAL_ERROR; // which nobody sees: the code is that of the signal
      }
      return Causes.userError(e)
          .map(error -> fault(error.getMessage(), e))
          .orElseGet(() -> internalError(e));
    }
  }

  private void dispatch(String... args) throws IOException {
    Line typed = new Line();
    CommandLine parser = new CommandLine(CommandSpec.forAnnotatedObject(typed));
    // A value such as @home is not a file of typed.
    parser.setExpandAtFiles(false).parseArgs(args);
    if (typed.version) {
      out.println("lmconv " + CodeVersion.current());
    } else if (typed.help && typed.words.isEmpty()) {
      out.print(parser.getUsageMessage() + commandList());
    } else {
      run(typed);
    }
  }

  private void run(Line typed) throws IOException {
    List<String> words = typed.words;
    boolean named = !words.isEmpty() && words.get(0).indexOf('=') < 0;
    Commands.Entry command = commands.find(named ? words.get(0) : Commands.DEFAULT);
    if (typed.help) {
      out.println("lmconv " + command.name() + ": " + command.help() + ". It reads:\n");
      out.print(ConfigLoader.defaults().commentedText(command.keys()));
      return;
    }
    Optional<Path> file = Optional.ofNullable(typed.config);
    List<String> values = words.subList(named ? 1 : 0, words.size());
    command.command().run(ConfigLoader.load(file, values, command.name(), command.keys()), out);
  }

  private String commandList() {
    StringBuilder list = new StringBuilder();
    list.append("\nCommands (" + Commands.DEFAULT + " if none is given):\n");
    for (Commands.Entry command : commands.entries()) {
      list.append("  %-8s %s%n".formatted(command.name(), command.help()));
    }
    list.append("\nlmconv COMMAND --help lists the keys of a command with their defaults.\n");
    return list.toString();
  }

  private int fault(String message, Throwable cause) {
    err.println("lmconv: " + oneLine(message));
    trace(cause);
    return CALLERS_FAULT;
  }

  private int internalError(Throwable e) {
    String hint = debug ? "" : " (set LMCONV_DEBUG=1 to see where)";
    err.println("lmconv: internal error: " + oneLine(Causes.root(e).toString()) + hint);
    trace(e);
    return INTERNAL_ERROR;
  }

  private void trace(Throwable e) {
    if (debug) {
      e.printStackTrace(err);
    }
  }

  private static String oneLine(String message) {
    return Stream.ofNullable(message)
        .flatMap(String::lines)
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
