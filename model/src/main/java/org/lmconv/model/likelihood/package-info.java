/**
 * What the network's logits say of the pixels: log-likelihoods in nats, per pixel, and their
 * average over orders.
 */
package org.lmconv.model.likelihood;
