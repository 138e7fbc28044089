/** Admission: no pod runs an image that its node has but it may not pull. */
package io.felucca.apiserver.admission.alwayspullimages;
