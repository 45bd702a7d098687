/** The optimiser: Adam with a state that can be saved, and its settings. */
package org.lmconv.model.train;
