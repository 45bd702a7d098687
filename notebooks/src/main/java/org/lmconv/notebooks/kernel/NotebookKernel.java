package org.lmconv.notebooks.kernel;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Suggestion;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.BaseNotebookStatics;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicParser;
import org.dflib.jjava.jupyter.kernel.magic.MagicTranspiler;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.util.PathsHandler;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;

/** The kernel: what Jupyter asks, answered by JShell. */
public final class NotebookKernel extends BaseKernel {
  /** What a cell may use without importing it, as in JJava. */
  private static final List<String> IMPORTS =
      List.of(
          "import java.io.*;",
          "import java.math.*;",
          "import java.net.*;",
          "import java.nio.file.*;",
          "import java.time.*;",
          "import java.util.*;",
          "import java.util.concurrent.*;",
          "import java.util.function.*;",
          "import java.util.regex.*;",
          "import java.util.stream.*;",
          "import static " + BaseNotebookStatics.class.getName() + ".*;");

  /** JJava's patterns: a magic stands at the beginning of a line, or behind an equals sign. */
  private static final String LINE_MAGIC = "(?<=(?:^|=))\\s*%";

  private static final String CELL_MAGIC = "%%";

  private final Cells cells = new Cells(IMPORTS);

  /** A kernel that listens to nobody yet. */
  public NotebookKernel() {
    super(
        "LMConv",
        "1",
        language(),
        List.of(),
        null,
        new JupyterIO(StandardCharsets.UTF_8),
        new CommManager(),
        new Renderer(),
        new MagicParser(LINE_MAGIC, CELL_MAGIC, new MagicTranspiler()),
        new MagicsRegistry(),
        false,
        new StringStyler("", "", "", line -> ""));
    LineMagic<Object, NotebookKernel> classpath = NotebookKernel::addToClasspath;
    magicsRegistry.registerLineMagic("classpath", classpath);
  }

  /** As JJava calls it, but for the version, which would change stored notebooks with each JDK. */
  private static LanguageInfo language() {
    return new LanguageInfo.Builder("Java")
        .version("17")
        .mimetype("text/x-java-source")
        .fileExtension(".jshell")
        .pygments("java")
        .codemirror("java")
        .build();
  }

  /** {@code %classpath GLOB ...}, relative to the notebook. */
  private Object addToClasspath(List<String> globs) throws IOException {
    for (String glob : globs) {
      List<Path> paths = resolve(glob);
      if (paths.isEmpty()) {
        throw new FileNotFoundException(
            "there is no %s: build LMConv, which bin/notebooks does".formatted(glob));
      }
      cells.shell().addToClasspath(PathsHandler.joinPaths(paths));
    }
    return null;
  }

  private static List<Path> resolve(String glob) {
    try {
      return PathsHandler.resolveGlobs(glob);
    } catch (RuntimeException e) {
      return List.of(); // the folder is not there either
    }
  }

  @Override
  public Object evalRaw(String source) {
    return cells.run(magicParser.resolveMagics(source));
  }

  @Override
  public List<String> formatError(Throwable error) {
    return error instanceof CellException told ? told.lines() : super.formatError(error);
  }

  @Override
  public DisplayData inspect(String code, int at, boolean extraDetail) {
    List<String> texts =
        cells.shell().sourceCodeAnalysis().documentation(code, at, true).stream()
            .map(
                each ->
                    each.javadoc() == null
                        ? each.signature()
                        : each.signature() + "\n" + each.javadoc())
            .toList();
    return texts.isEmpty() ? null : new DisplayData(String.join("\n\n", texts));
  }

  @Override
  public ReplacementOptions complete(String code, int at) {
    int[] anchor = {at};
    List<String> continuations =
        cells.shell().sourceCodeAnalysis().completionSuggestions(code, at, anchor).stream()
            .map(Suggestion::continuation)
            .distinct()
            .toList();
    return new ReplacementOptions(new ArrayList<>(continuations), anchor[0], at);
  }

  @Override
  public String isComplete(String code) {
    SourceCodeAnalysis analysis = cells.shell().sourceCodeAnalysis();
    CompletionInfo info = analysis.analyzeCompletion(magicParser.resolveMagics(code));
    while (info.completeness().isComplete()
        && info.remaining() != null
        && !info.remaining().isBlank()) {
      info = analysis.analyzeCompletion(info.remaining());
    }
    return switch (info.completeness()) {
      case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> IS_COMPLETE_YES;
      case UNKNOWN -> IS_COMPLETE_BAD;
      case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> "    "; // the next line's indentation
    };
  }

  @Override
  public void interrupt() {
    cells.interrupt();
  }

  @Override
  public void onShutdown(boolean restarting) {
    super.onShutdown(restarting);
    cells.interrupt();
    cells.close();
  }
}
