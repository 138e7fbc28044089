/** Authenticator: whom a front proxy, known by its certificate, names in the request's headers. */
package io.felucca.apiserver.auth.requestheader;
