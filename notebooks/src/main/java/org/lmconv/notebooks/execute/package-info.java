/**
 * Executes notebooks without Jupyter: JShell runs their cells, and what the last expression of a
 * cell gives is stored below it. Of a kernel's magics there is {@code %classpath}, as in JJava.
 */
package org.lmconv.notebooks.execute;
