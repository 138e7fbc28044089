/** Audit: what is recorded of requests, and where it goes. There once it has a configuration. */
package io.felucca.apiserver.audit;
