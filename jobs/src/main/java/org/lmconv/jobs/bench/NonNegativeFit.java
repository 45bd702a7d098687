package org.lmconv.jobs.bench;

/**
 * Least squares whose coefficients are not negative, for a few columns: the best of the ordinary
 * fits of each set of columns that come out so (the others being 0) is the optimum.
 */
final class NonNegativeFit {
  /** A pivot below it, of columns of length 1, means that they are not independent. */
  private static final double SINGULAR = 1e-9;

  private final double[][] rows;
  private final double[] values;
  private final double[] lengths; // of the columns

  private NonNegativeFit(double[][] rows, double[] values) {
    this.rows = rows;
    this.values = values;
    this.lengths = new double[rows[0].length];
    for (int column = 0; column < lengths.length; column++) {
      double squares = 0;
      for (double[] row : rows) {
        squares += row[column] * row[column];
      }
      lengths[column] = Math.sqrt(squares);
    }
  }

  /**
   * The coefficients c ≥ 0 with the least Σ (row · c − value)².
   *
   * @param rows at least one, all of the same length and none of their columns all zero
   */
  static double[] of(double[][] rows, double[] values) {
    return new NonNegativeFit(rows, values).best();
  }

  private double[] best() {
    double[] best = new double[lengths.length];
    double least = error(best);
    for (int set = 1; set < 1 << lengths.length; set++) {
      double[] coefficients = solve(set);
      if (coefficients != null && error(coefficients) < least) {
        best = coefficients;
        least = error(coefficients);
      }
    }
    return best;
  }

  private double error(double[] coefficients) {
    double squares = 0;
    for (int i = 0; i < rows.length; i++) {
      double off = -values[i];
      for (int column = 0; column < coefficients.length; column++) {
        off += rows[i][column] * coefficients[column];
      }
      squares += off * off;
    }
    return squares;
  }

  /** The fit of a set of columns, a bit each; null if it is not unique or not allowed. */
  private double[] solve(int set) {
    double[][] equations = normal(set);
    int size = lengths.length;
    for (int column = 0; column < size; column++) { // Gauss-Jordan; symmetric, so no row exchange
      double pivot = equations[column][column];
      if (pivot < SINGULAR) {
        return null;
      }
      for (int row = 0; row < size; row++) {
        double factor = row == column ? 0 : equations[row][column] / pivot;
        for (int k = column; k <= size; k++) {
          equations[row][k] -= factor * equations[column][k];
        }
      }
    }
    double[] coefficients = new double[size];
    for (int i = 0; i < size; i++) {
      coefficients[i] = equations[i][size] / equations[i][i] / lengths[i];
      if (coefficients[i] < 0) {
        return null;
      }
    }
    return coefficients;
  }

  /** The normal equations, right side last; columns outside the set have the solution 0. */
  private double[][] normal(int set) {
    int size = lengths.length;
    double[][] equations = new double[size][size + 1];
    for (int i = 0; i < size; i++) {
      if ((set >> i & 1) == 0) {
        equations[i][i] = 1;
        continue;
      }
      for (int row = 0; row < rows.length; row++) {
        double x = rows[row][i] / lengths[i];
        for (int k = 0; k < size; k++) {
          equations[i][k] += (set >> k & 1) == 0 ? 0 : x * rows[row][k] / lengths[k];
        }
        equations[i][size] += x * values[row];
      }
    }
    return equations;
  }
}
