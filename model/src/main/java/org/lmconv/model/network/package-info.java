/**
 * The LMConv network (Jain, Abbeel and Pathak 2020, arXiv 2006.12486) and its layers: a PixelCNN++
 * in a U shape without down-sampling, whose convolutions are locally masked, so that the pixel
 * order is a property of the masks and not of the weights. A layer holds names and sizes only: it
 * declares its parameters and, given their values, computes its output.
 */
package org.lmconv.model.network;
