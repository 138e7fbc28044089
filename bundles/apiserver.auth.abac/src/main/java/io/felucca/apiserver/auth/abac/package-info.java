/**
 * Authorizers ABAC, AlwaysAllow and AlwaysDeny; each is there once it has a configuration, whose
 * {@code service.ranking} says where in the chain.
 */
package io.felucca.apiserver.auth.abac;
