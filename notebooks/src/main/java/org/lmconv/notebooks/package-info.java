/**
 * What the cells of the notebooks call, so that they stay short: {@link
 * org.lmconv.notebooks.Run#query} gives tables of a run's Parquet by SQL, {@link
 * org.lmconv.notebooks.Chart} draws their columns, and {@code OrderPictures}, {@code MaskPictures}
 * and {@code ImagePictures} draw grids and images. All that they return shows itself as the value
 * of a cell.
 */
package org.lmconv.notebooks;
