package org.lmconv.model.device;

import org.lmconv.model.parameter.ParameterVector;

/**
 * The gradient of a batch.
 *
 * @param nats negative log-likelihood of the batch: a sum over its images
 * @param values d nats / d parameters
 */
public record Gradient(double nats, ParameterVector values) {}
