package org.lmconv.notebooks.kernel;

import java.util.List;

/** Why a cell did not run to its end, in lines for its reader. */
abstract sealed class CellException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> lines;

  private CellException(String message, List<String> lines, Throwable cause) {
    super(message, cause);
    this.lines = lines;
  }

  /** What the reader sees below the cell. */
  List<String> lines() {
    return lines;
  }

  /** The cell is not Java. */
  static final class CompileError extends CellException {
    private static final long serialVersionUID = 1;

    CompileError(String message, List<String> lines) {
      super(message, lines, null);
    }
  }

  /** The cell threw; the message begins with the name of what it threw. */
  static final class CellFailed extends CellException {
    private static final long serialVersionUID = 1;

    CellFailed(List<String> lines, Throwable thrown) {
      super(lines.get(0), lines, thrown);
    }
  }

  /** The reader stopped the cell. */
  static final class Interrupted extends CellException {
    private static final long serialVersionUID = 1;

    Interrupted() {
      super("the cell was interrupted", List.of("The cell was interrupted."), null);
    }
  }
}
