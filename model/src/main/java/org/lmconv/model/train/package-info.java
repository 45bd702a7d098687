/** The optimiser, Adam, with a state that can be saved, and the state of a whole training run. */
package org.lmconv.model.train;
