/**
 * The store in an etcd cluster, for control planes of more than one process. jetcd is the client;
 * what to make of etcd's errors, when to try again, and how watches go on is decided here.
 */
package io.felucca.storage.etcd;
