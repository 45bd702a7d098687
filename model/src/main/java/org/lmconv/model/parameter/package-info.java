/**
 * The parameters of a network: what each is called and how it starts ({@code ParameterSpec}), where
 * it lies in one flat array ({@code ParameterLayout}), that array on the Java heap ({@code
 * ParameterVector}, which crosses process borders) and on a device ({@code Parameters}).
 *
 * <p>Names are those of the paper authors' {@code state_dict}, so checkpoints map one to one.
 */
package org.lmconv.model.parameter;
