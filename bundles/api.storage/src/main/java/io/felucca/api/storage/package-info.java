/** API group storage: classes, drivers and attachments of volumes. */
package io.felucca.api.storage;
