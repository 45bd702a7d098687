/**
 * The operations as they are written down, one after the other, with libtorch's autograd: slow, and
 * what the fast ones are tested and measured against. Feature maps are {@code [N, C, H, W]}.
 */
package org.lmconv.model.reference;
