/**
 * Images: the one table that they are kept in, and who trains on which.
 *
 * <p>Data flow: {@code ingest} → images table (Parquet) → {@link org.lmconv.jobs.data.ImagesTable}
 * → {@link org.lmconv.jobs.data.ImageSplit} → lanes, one partition per worker → {@link
 * org.lmconv.jobs.data.BatchPlan} → the images of a step.
 *
 * <p>Pixels are uint8, 0..255, row-major [H, W, C], everywhere in this package.
 */
package org.lmconv.jobs.data;
