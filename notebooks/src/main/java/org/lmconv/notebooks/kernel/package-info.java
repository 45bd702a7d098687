/**
 * A Jupyter kernel for Java: JShell behind the messages of JJava's kernel library. It understands
 * what the notebooks use of JJava, in the same meaning: {@code %classpath} and the value of a
 * cell's last expression.
 *
 * <p>A cell goes through {@link org.lmconv.notebooks.kernel.NotebookKernel} (magics become Java)
 * and {@code Cells} (Java becomes snippets) to {@code Execution}, which runs each on a thread of
 * its own and keeps the value.
 */
package org.lmconv.notebooks.kernel;
