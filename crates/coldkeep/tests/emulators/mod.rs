//! What the public emulators of the vault API answer, operation by operation, for the page: of the versions that are named, from
//! their own sources or, where those are closed, from their own page. Nothing here was measured.

/// An emulator: how its column is headed, and the operations that it answers.
pub struct Emulator {
    pub name: &'static str,
    pub answers: &'static [&'static str],
}

/// moto's `glacier/responses.py`, awsim's `lib.rs`, and LocalStack's `api-coverage/v1/services/glacier.json`.
pub const EMULATORS: &[Emulator] = &[
    Emulator {
        name: "moto 5.2.5",
        answers: &[
            "CreateVault",
            "DeleteArchive",
            "DeleteVault",
            "DescribeJob",
            "DescribeVault",
            "GetJobOutput",
            "InitiateJob",
            "ListJobs",
            "ListVaults",
            "UploadArchive",
        ],
    },
    Emulator {
        name: "LocalStack, September 2026",
        answers: &[
            "AddTagsToVault",
            "CreateVault",
            "DeleteArchive",
            "DeleteVault",
            "DeleteVaultAccessPolicy",
            "DeleteVaultNotifications",
            "DescribeJob",
            "DescribeVault",
            "GetJobOutput",
            "GetVaultAccessPolicy",
            "GetVaultNotifications",
            "InitiateJob",
            "ListJobs",
            "ListTagsForVault",
            "ListVaults",
            "RemoveTagsFromVault",
            "SetVaultAccessPolicy",
            "SetVaultNotifications",
            "UploadArchive",
        ],
    },
    Emulator {
        name: "awsim 0.5.0",
        answers: &[
            "CreateVault",
            "DeleteArchive",
            "DeleteVault",
            "DeleteVaultNotifications",
            "DescribeJob",
            "DescribeVault",
            "GetVaultNotifications",
            "InitiateJob",
            "ListJobs",
            "ListVaults",
            "SetVaultNotifications",
            "UploadArchive",
        ],
    },
];

/// What stands above the table.
pub const HEAD: &str = "
### Beside public emulators

Which operations of vaults the emulators have that others test with: moto (its source, 5.2.5 of October 2026), LocalStack (its page of coverage, generated on 30 September 2026; its plan \"Ultimate\" only, and closed, so that the page is all there is to go by) and awsim (the source of `awsim-glacier` 0.5.0). None was run for this table.
";

/// What a yes in the table does not say, from the same sources.
pub const TAIL: &str = "
What moto's yes leaves out, by its source: CreateVault of a vault that is there empties it; DeleteVault takes one that is not empty; lists have no pages and no filters; the id of an archive is the MD5 of its bytes, so the same bytes twice are one archive; its tree hash is the SHA-256 of the whole, and what a client sends is not compared; InitiateJob reads type, tier and archive and checks none; a job's sizes and hashes are not those of its archive; GetJobOutput has no ranges, no tree hashes and no CSV. awsim begins jobs, and has no operation to read what they give.
";
