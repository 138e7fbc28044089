/** Controller deployment: rolls ReplicaSets from one template to the next, and back. */
package io.felucca.controller.deployment;
