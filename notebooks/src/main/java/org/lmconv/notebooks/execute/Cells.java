package org.lmconv.notebooks.execute;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.ExpressionSnippet;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.VarSnippet;

/** Runs the Java of cells in this process and tells errors by the lines of the cell. */
public final class Cells implements AutoCloseable {
  /** What a cell may use without importing it, as in JJava. */
  private static final List<String> IMPORTED =
      List.of(
          "java.io",
          "java.math",
          "java.net",
          "java.nio.file",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.function",
          "java.util.regex",
          "java.util.stream");

  /** The source only lacks an end; what is wrong otherwise, the compiler tells better. */
  private static final Set<Completeness> UNFINISHED =
      Set.of(Completeness.CONSIDERED_INCOMPLETE, Completeness.DEFINITELY_INCOMPLETE);

  private static final int MOST_LINES = 20;
  private static final int MOST_LIBRARY_FRAMES = 4;

  private static Object value; // of the last expression

  /** Why a cell did not run to its end, in lines for its reader. */
  static final class CellFault extends Exception {
    private static final long serialVersionUID = 1;

    CellFault(List<String> lines) {
      super(String.join("\n    ", lines));
    }
  }

  /** Where a snippet came from: the number of its cell, and the line of the cell, from 1. */
  private record Place(int cell, int line) {}

  private final JShell shell = JShell.builder().executionEngine("local").build();
  private final Map<String, Place> places = new HashMap<>(); // by the id of the snippet
  private int cell;

  Cells() {
    IMPORTED.forEach(each -> shell.eval("import %s.*;".formatted(each)));
  }

  /** For snippets: JShell itself hands out texts only. */
  public static void keep(Object of) {
    value = of;
  }

  void addToClasspath(String path) {
    shell.addToClasspath(path);
  }

  @Override
  public void close() {
    shell.close();
  }

  /**
   * Runs a cell.
   *
   * @return the value of its last snippet if that is an expression, else null
   * @throws CellFault at the first snippet that does not compile or throws
   */
  Object run(String code) throws CellFault {
    cell++;
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    value = null;
    String rest = code;
    while (true) {
      CompletionInfo next = analysis.analyzeCompletion(rest);
      if (next.completeness() == Completeness.EMPTY) {
        return value;
      }
      String source = next.source() == null ? rest : next.source();
      String snippet = source.stripLeading();
      int before = code.length() - rest.length() + source.length() - snippet.length();
      int line = 1 + newlines(code.substring(0, before));
      if (UNFINISHED.contains(next.completeness())) {
        throw new CellFault(
            List.of(
                "line " + line + ": the code that begins here has no end",
                "    " + snippet.lines().findFirst().orElse("")));
      }
      runSnippet(snippet, line);
      rest = next.remaining() == null ? "" : next.remaining();
    }
  }

  private void runSnippet(String source, int line) throws CellFault {
    value = null;
    for (SnippetEvent event : shell.eval(source)) {
      if (event.causeSnippet() == null) {
        places.put(event.snippet().id(), new Place(cell, line));
        check(event, line);
        keepValue(event.snippet());
      }
    }
  }

  /** JShell names the value of an expression: it is a variable, or becomes one, such as $3. */
  private void keepValue(Snippet snippet) {
    String name =
        switch (snippet.subKind()) {
          case TEMP_VAR_EXPRESSION_SUBKIND -> ((VarSnippet) snippet).name();
          case VAR_VALUE_SUBKIND -> ((ExpressionSnippet) snippet).name();
          default -> "";
        };
    if (!name.isEmpty()) {
      shell.eval("%s.keep(%s);".formatted(Cells.class.getName(), name));
    }
  }

  private void check(SnippetEvent event, int line) throws CellFault {
    if (event.exception() != null) {
      throw failed(event.exception());
    }
    // A method may use what a later cell declares.
    Snippet.Status status = event.status();
    if (!status.isDefined() && status != Snippet.Status.RECOVERABLE_NOT_DEFINED) {
      throw notJava(event.snippet(), line);
    }
  }

  private CellFault notJava(Snippet snippet, int line) {
    List<String> lines = new ArrayList<>();
    for (Diag diagnostic : shell.diagnostics(snippet).toList()) {
      String source = snippet.source();
      int at = Math.max(0, Math.min((int) diagnostic.getPosition(), source.length()));
      String text =
          diagnostic.getMessage(Locale.ROOT).lines().map(String::strip).reduce("", Cells::joined);
      int begin = source.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
      lines.add("line %d: %s".formatted(line + newlines(source.substring(0, at)), text));
      lines.add("    " + source.substring(begin).lines().findFirst().orElse(""));
      lines.add("    " + " ".repeat(at - begin) + "^");
    }
    return new CellFault(lines.isEmpty() ? List.of("line " + line + " is not Java") : lines);
  }

  /** The compiler's further lines say what symbol is missing; where, the reader sees. */
  private static String joined(String before, String line) {
    return line.startsWith("location:") || line.isEmpty()
        ? before
        : before.isEmpty() ? line : before + "; " + line;
  }

  private CellFault failed(JShellException thrown) {
    List<String> lines = new ArrayList<>(List.of(describe(thrown)));
    int libraries = 0;
    // All lines of cells, and of libraries only where the exception came from.
    for (StackTraceElement frame : thrown.getStackTrace()) {
      boolean library = place(frame) == null;
      libraries += library ? 1 : 0;
      if (lines.size() < MOST_LINES && (!library || libraries <= MOST_LIBRARY_FRAMES)) {
        lines.add("    at " + describe(frame));
      }
    }
    for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
      lines.add("caused by " + describe((JShellException) cause));
    }
    return new CellFault(lines);
  }

  private String describe(JShellException thrown) {
    if (thrown instanceof UnresolvedReferenceException unresolved) {
      return "what %s uses is not declared: %s"
          .formatted(
              unresolved.getSnippet().source().lines().findFirst().orElse(""),
              String.join(", ", shell.unresolvedDependencies(unresolved.getSnippet()).toList()));
    }
    String name = ((EvalException) thrown).getExceptionClassName().replaceAll(".*[.$]", "");
    return thrown.getMessage() == null ? name : name + ": " + thrown.getMessage();
  }

  /** JShell names the file of a frame in a cell by the id of the snippet: #12. */
  private Place place(StackTraceElement frame) {
    String file = frame.getFileName();
    return file == null || !file.startsWith("#") ? null : places.get(file.substring(1));
  }

  private String describe(StackTraceElement frame) {
    Place place = place(frame);
    if (place == null) {
      return frame.toString();
    }
    int line = place.line() + Math.max(1, frame.getLineNumber()) - 1;
    return place.cell() == cell
        ? "line " + line + " of this cell"
        : "line " + line + " of an earlier cell, in " + frame.getMethodName();
  }

  private static int newlines(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }
}
