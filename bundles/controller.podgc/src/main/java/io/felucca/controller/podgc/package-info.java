/** Controller podgc: removes pods that nobody else would. */
package io.felucca.controller.podgc;
