/**
 * The command ingest: images tables of data sets, folders of pictures and other tables.
 *
 * <p>Data flow: a source ({@code Cifar} ...) names the pieces, files as a rule, → its tasks read
 * piece after piece, image after image → {@code PartWriter} brings each to its size and channels,
 * names its split and writes it to a part file in a {@code Staging} directory, faults to files of
 * their own → the driver adds up the {@code Tally} of all parts, checks it, and moves the
 * directories to their places.
 *
 * <p>Pixels are uint8, 0..255, row-major [H, W, C], everywhere in this package.
 */
package org.lmconv.jobs.ingest;
