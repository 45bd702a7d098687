/**
 * The LMConv network (Jain, Abbeel and Pathak 2020, arXiv 2006.12486): a PixelCNN++ in a U shape
 * without down-sampling, whose convolutions are locally masked, so that the pixel order is a
 * property of the masks and not of the weights.
 */
package org.lmconv.model.network;
