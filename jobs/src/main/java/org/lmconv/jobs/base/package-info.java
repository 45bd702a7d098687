/** What every package of jobs stands on: faults of the caller, times in words, the version. */
package org.lmconv.jobs.base;
