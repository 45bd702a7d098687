package org.lmconv.jobs.data;

import java.io.Serializable;

/**
 * One training image.
 *
 * @param index place among the images of its split, by id, from 0
 * @param id unique in its table
 * @param pixels uint8, row-major [H, W, C]; not copied
 */
public record IndexedImage(long index, String id, byte[] pixels) implements Serializable {}
