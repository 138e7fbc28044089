/**
 * Who asks and whether they may: client certificates, service-account tokens and RBAC with its
 * bootstrap roles.
 */
package io.felucca.apiserver.auth;
