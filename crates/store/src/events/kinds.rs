//! What happens to objects here, by Amazon's names. From the user guide, "Supported event types for SQS, SNS, and Lambda".
//!
//! Amazon has some more that never happen here: replication, objects lost by reduced redundancy.

use minicbor::{Decode, Encode};

macro_rules! kinds {
    ($($number:literal $kind:ident $name:literal $doc:literal;)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
        #[cbor(index_only)]
        pub enum EventType {
            $(#[doc = $doc] #[n($number)] $kind,)*
        }

        impl EventType {
            /// Its name in events; rules have it behind `s3:`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    0 CreatedPut "ObjectCreated:Put" "An object was put.";
    1 CreatedPost "ObjectCreated:Post" "An object was put by a browser's form.";
    2 CreatedCopy "ObjectCreated:Copy" "An object was made by copying one.";
    3 CreatedComplete "ObjectCreated:CompleteMultipartUpload" "An upload was completed.";
    4 RemovedDelete "ObjectRemoved:Delete" "An object, or a version, was deleted for good.";
    5 RemovedMarker "ObjectRemoved:DeleteMarkerCreated" "An object was hidden by a delete marker.";
    6 TaggingPut "ObjectTagging:Put" "An object got tags.";
    7 TaggingDelete "ObjectTagging:Delete" "The tags of an object were deleted.";
    8 AclPut "ObjectAcl:Put" "An object got another ACL.";
    9 RestorePost "ObjectRestore:Post" "The restore of an object began.";
    10 RestoreCompleted "ObjectRestore:Completed" "An object is restored.";
    11 RestoreDelete "ObjectRestore:Delete" "The restored copy of an object went.";
    12 ExpirationDelete "LifecycleExpiration:Delete" "An object expired, or a version did, for good.";
    13 ExpirationMarker "LifecycleExpiration:DeleteMarkerCreated" "An object expired under a delete marker.";
    14 Transition "LifecycleTransition" "An object got another class by a rule.";
    15 RetentionPut "ObjectRetention:Put" "An object is retained until another time.";
    16 AnnotationPut "ObjectAnnotation:Put" "An object got an annotation, or another under a name.";
    17 AnnotationDelete "ObjectAnnotation:Delete" "An annotation of an object was deleted.";
    18 IntelligentTiering "IntelligentTiering" "An object that nobody reads was archived.";
}
