/**
 * The Node authorizer: a node's agent may read what its own pods need and write what is its own,
 * and nothing else.
 */
package io.felucca.apiserver.auth.node;
