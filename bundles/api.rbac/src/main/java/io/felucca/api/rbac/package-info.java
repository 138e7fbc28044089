/** API group rbac: roles and who has them. */
package io.felucca.api.rbac;
