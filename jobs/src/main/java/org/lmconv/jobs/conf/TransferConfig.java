package org.lmconv.jobs.conf;

/**
 * What is taken from other files and runs, and where to; {@code reference.conf} explains each key.
 *
 * @param from file that import reads
 * @param to file that export writes, folder that average makes
 * @param weightsOnly whether export leaves out what only training needs
 * @param last checkpoints that average averages
 * @param initFrom run or checkpoint that train starts from; empty is none
 */
public record TransferConfig(
    String from, String to, boolean weightsOnly, int last, String initFrom) {
  /**
   * Checks the number.
   *
   * @throws org.lmconv.jobs.UserError if it is out of range
   */
  public TransferConfig {
    Bounds.atLeast("last", last, 1);
  }
}
