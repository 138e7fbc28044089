/**
 * All that a store holds, carried elsewhere: into a file while the cluster runs, and out of it or
 * from one kind of store to another while it is stopped. What was carried is counted and hashed at
 * both ends.
 */
package io.felucca.storage.backup;
