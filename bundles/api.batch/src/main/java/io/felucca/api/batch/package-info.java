/** API group batch: jobs and cron jobs with their defaults, rules and columns. */
package io.felucca.api.batch;
