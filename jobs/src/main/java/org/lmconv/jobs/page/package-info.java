/**
 * The report of runs, a single HTML file that people look at: what the Parquet tables of the runs
 * hold is aggregated by Spark ({@link org.lmconv.jobs.page.RunTables} and its readers), becomes
 * charts and pictures ({@link org.lmconv.jobs.page.RunPage}), and then text through a template
 * ({@link org.lmconv.jobs.page.Html}). Charts are drawn by Apache ECharts in the browser, from the
 * numbers that are in the file.
 */
package org.lmconv.jobs.page;
