/**
 * The registry and the watch cache: the one path by which objects are written, and the memory from
 * which all are read.
 */
package io.felucca.apiserver;
