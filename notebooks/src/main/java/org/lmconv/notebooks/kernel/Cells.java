package org.lmconv.notebooks.kernel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.Snippet.SubKind;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;

/** Runs the Java of cells, snippet by snippet, and tells errors by the lines of the cell. */
final class Cells implements AutoCloseable {
  /** Where a snippet came from: the number of its cell, and the line of the cell, from 1. */
  private record Place(int cell, int line) {}

  private static final Set<SubKind> EXPRESSIONS =
      Set.of(
          SubKind.VAR_VALUE_SUBKIND,
          SubKind.OTHER_EXPRESSION_SUBKIND,
          SubKind.TEMP_VAR_EXPRESSION_SUBKIND);
  private static final int MOST_LINES = 20;
  private static final int MOST_LIBRARY_FRAMES = 4;

  private final Execution execution = new Execution();
  private final JShell shell;
  private final Map<String, Place> places = new HashMap<>(); // by the id of the snippet
  private int cell;

  /** A shell that has run nothing yet but {@code imports}. */
  Cells(List<String> imports) {
    // Its streams are those of the process, which the base kernel swaps while a cell runs.
    shell = JShell.builder().executionEngine(execution, Map.of()).build();
    imports.forEach(shell::eval);
  }

  JShell shell() {
    return shell;
  }

  void interrupt() {
    execution.interrupt();
  }

  @Override
  public void close() {
    shell.close();
  }

  /**
   * Runs a cell.
   *
   * @return the value of its last snippet if that is an expression, else null
   * @throws CellException at the first snippet that does not compile or throws
   */
  Object run(String code) {
    cell++;
    execution.beginCell();
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    Object value = null;
    String rest = code;
    while (true) {
      CompletionInfo next = analysis.analyzeCompletion(rest);
      if (next.completeness() == SourceCodeAnalysis.Completeness.EMPTY) {
        return value;
      }
      String source = next.source() == null ? rest : next.source();
      String snippet = source.stripLeading();
      int before = code.length() - rest.length() + source.length() - snippet.length();
      int line = 1 + newlines(code.substring(0, before));
      if (incomplete(next)) {
        throw incompleteCell(snippet, line);
      }
      if (execution.interrupted()) {
        throw new CellException.Interrupted();
      }
      value = runSnippet(snippet, line);
      rest = next.remaining() == null ? "" : next.remaining();
    }
  }

  /** Whether the source only lacks an end; what is wrong otherwise, the compiler tells better. */
  private static boolean incomplete(CompletionInfo info) {
    return switch (info.completeness()) {
      case CONSIDERED_INCOMPLETE, DEFINITELY_INCOMPLETE -> true;
      case COMPLETE, COMPLETE_WITH_SEMI, EMPTY, UNKNOWN -> false;
    };
  }

  private static CellException incompleteCell(String snippet, int line) {
    String message = "line " + line + ": the code that begins here has no end";
    return new CellException.CompileError(
        message, List.of(message, "    " + snippet.lines().findFirst().orElse("")));
  }

  private Object runSnippet(String source, int line) {
    execution.beginSnippet();
    Object value = null;
    for (SnippetEvent event : shell.eval(source)) {
      if (event.causeSnippet() == null) {
        Snippet snippet = event.snippet();
        places.put(snippet.id(), new Place(cell, line));
        check(event, line);
        value = EXPRESSIONS.contains(snippet.subKind()) ? execution.value() : null;
      }
    }
    return value;
  }

  private void check(SnippetEvent event, int line) {
    Snippet snippet = event.snippet();
    if (execution.interrupted() && execution.thrown() != null) {
      throw new CellException.Interrupted();
    }
    if (event.exception() != null) {
      throw failed(event.exception(), execution.thrown());
    }
    // A method may use what a later cell declares.
    if (!event.status().isDefined() && event.status() != Snippet.Status.RECOVERABLE_NOT_DEFINED) {
      throw compileError(snippet, line);
    }
  }

  private CellException compileError(Snippet snippet, int line) {
    List<String> lines = new ArrayList<>();
    String first = null;
    for (Diag diagnostic : shell.diagnostics(snippet).toList()) {
      int at = Math.max(0, Math.min((int) diagnostic.getPosition(), snippet.source().length()));
      int number = line + newlines(snippet.source().substring(0, at));
      String text =
          diagnostic.getMessage(Locale.ROOT).lines().map(String::strip).reduce("", Cells::joined);
      String message = "line " + number + ": " + text;
      first = first == null ? message : first;
      lines.add(message);
      int begin = snippet.source().lastIndexOf('\n', Math.max(0, at - 1)) + 1;
      lines.add("    " + snippet.source().substring(begin).lines().findFirst().orElse(""));
      lines.add("    " + " ".repeat(at - begin) + "^");
    }
    return new CellException.CompileError(
        first == null ? "line " + line + " is not Java" : first, lines);
  }

  /** The compiler's further lines say what symbol is missing; where, the reader sees. */
  private static String joined(String before, String line) {
    return line.startsWith("location:") || line.isEmpty()
        ? before
        : before.isEmpty() ? line : before + "; " + line;
  }

  private CellException failed(JShellException told, Throwable thrown) {
    List<String> lines = new ArrayList<>();
    if (told instanceof UnresolvedReferenceException unresolved) {
      DeclarationSnippet snippet = unresolved.getSnippet();
      String missing = String.join(", ", shell.unresolvedDependencies(snippet).toList());
      lines.add(
          "what "
              + snippet.source().lines().findFirst().orElse("")
              + " uses is not declared: "
              + missing);
    } else if (told instanceof EvalException) {
      lines.add(describe(thrown));
    }
    addFrames(lines, told.getStackTrace());
    for (Throwable cause = thrown == null ? null : thrown.getCause();
        cause != null;
        cause = cause.getCause()) {
      lines.add("caused by " + describe(cause));
    }
    return new CellException.CellFailed(lines, thrown);
  }

  /** All lines of cells, and of libraries only where the exception came from. */
  private void addFrames(List<String> lines, StackTraceElement[] frames) {
    int libraries = 0;
    for (StackTraceElement frame : frames) {
      boolean library = place(frame) == null;
      libraries += library ? 1 : 0;
      if (lines.size() < MOST_LINES && (!library || libraries <= MOST_LIBRARY_FRAMES)) {
        lines.add("    at " + describe(frame));
      }
    }
  }

  private static String describe(Throwable thrown) {
    String name = thrown.getClass().getSimpleName();
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
