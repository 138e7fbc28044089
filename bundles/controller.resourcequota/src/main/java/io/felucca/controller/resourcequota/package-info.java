/** Controller resourcequota: counts what a namespace uses of its quotas. */
package io.felucca.controller.resourcequota;
