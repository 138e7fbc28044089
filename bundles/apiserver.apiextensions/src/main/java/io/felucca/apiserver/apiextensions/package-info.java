/**
 * Custom resources: follows the CustomResourceDefinitions, settles their names, publishes each
 * group of them as an {@code ApiGroup}, and empties and removes what is to go.
 */
package io.felucca.apiserver.apiextensions;
