/** CEL in Kubernetes' dialect: its types, its functions, and bounds on what an expression costs. */
package io.felucca.apiserver.cel;
