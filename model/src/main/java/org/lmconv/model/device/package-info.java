/**
 * One copy of a model on one device. Pixels, orders and flat parameter arrays go in, gradients and
 * nats come out: no tensor leaves.
 */
package org.lmconv.model.device;
