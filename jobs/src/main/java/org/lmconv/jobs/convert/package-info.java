/**
 * Checkpoints from and to elsewhere: {@code import} of the paper authors' {@code .pth} files and of
 * safetensors, {@code export}, and {@code average}, which makes one checkpoint of several.
 *
 * <p>Data flow of {@code import}: file → {@link org.lmconv.jobs.format.NamedTensors} → {@link
 * org.lmconv.jobs.convert.Inference} (what network they are of) → {@link
 * org.lmconv.jobs.convert.Import.Imported} → {@link org.lmconv.jobs.run.NewRun}.
 */
package org.lmconv.jobs.convert;
