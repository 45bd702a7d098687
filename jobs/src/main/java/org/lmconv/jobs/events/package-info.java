/** TensorFlow's file of records, and the event files that TensorBoard reads. */
package org.lmconv.jobs.events;
