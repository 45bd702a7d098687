/**
 * Drawing pixels one step of an order after the other, at the price of about one forward pass for
 * all of them: a pixel's features depend on earlier pixels only and never change afterwards, so
 * each is computed once, from the features of its neighbours.
 */
package org.lmconv.model.sample;
