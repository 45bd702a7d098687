/**
 * Pictures of orders, masks and images, drawn by the JDK: for the report, for the contact sheets of
 * the command line, and for notebooks.
 */
package org.lmconv.orders.picture;
