/**
 * What the cells of the notebooks call, so that they stay short: {@link
 * org.lmconv.notebooks.Run#query} gives tables of a run's Parquet by SQL, and {@link
 * org.lmconv.notebooks.CurveChart} and {@link org.lmconv.notebooks.NamedChart} draw their columns.
 * They show themselves as the value of a cell; {@link org.lmconv.notebooks.Shown#show} shows
 * pictures of orders.
 */
package org.lmconv.notebooks;
