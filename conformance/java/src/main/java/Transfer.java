import com.amazonaws.auth.AWSStaticCredentialsProvider;
import com.amazonaws.auth.BasicAWSCredentials;
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.glacier.AmazonGlacier;
import com.amazonaws.services.glacier.AmazonGlacierClientBuilder;
import com.amazonaws.services.glacier.model.CreateVaultRequest;
import com.amazonaws.services.glacier.model.DeleteArchiveRequest;
import com.amazonaws.services.glacier.model.DescribeJobRequest;
import com.amazonaws.services.glacier.model.InitiateJobRequest;
import com.amazonaws.services.glacier.model.JobParameters;
import com.amazonaws.services.glacier.transfer.ArchiveTransferManager;
import com.amazonaws.services.glacier.transfer.ArchiveTransferManagerBuilder;
import com.amazonaws.services.sns.AmazonSNSClientBuilder;
import com.amazonaws.services.sqs.AmazonSQSClientBuilder;
import java.io.File;
import java.nio.file.Files;

/**
 * Uploads each file with the high-level ArchiveTransferManager (at once up to 100 MiB, in parts above), gets it back by a
 * job, and by the manager's own download, which hears of its job through a topic and a queue; and compares. Arguments: endpoint, access key, secret key, vault, files.
 */
public final class Transfer {
    public static void main(String[] arguments) throws Exception {
        EndpointConfiguration endpoint = new EndpointConfiguration(arguments[0], "us-east-1");
        AWSStaticCredentialsProvider credentials =
            new AWSStaticCredentialsProvider(new BasicAWSCredentials(arguments[1], arguments[2]));
        AmazonGlacier client = AmazonGlacierClientBuilder.standard()
            .withEndpointConfiguration(endpoint).withCredentials(credentials).build();
        String vault = arguments[3];
        client.createVault(new CreateVaultRequest("-", vault));
        ArchiveTransferManager transfers = new ArchiveTransferManagerBuilder()
            .withGlacierClient(client)
            .withSqsClient(AmazonSQSClientBuilder.standard()
                .withEndpointConfiguration(endpoint).withCredentials(credentials).build())
            .withSnsClient(AmazonSNSClientBuilder.standard()
                .withEndpointConfiguration(endpoint).withCredentials(credentials).build())
            .build();
        for (int at = 4; at < arguments.length; at++) {
            File file = new File(arguments[at]);
            String archive = transfers.upload(vault, "by the transfer manager", file).getArchiveId();
            String job = client.initiateJob(new InitiateJobRequest("-", vault,
                new JobParameters().withType("archive-retrieval").withArchiveId(archive))).getJobId();
            while (!client.describeJob(new DescribeJobRequest("-", vault, job)).isCompleted()) {
                Thread.sleep(100);
            }
            File back = new File(file.getPath() + ".back");
            transfers.downloadJobOutput("-", vault, job, back);
            if (Files.mismatch(file.toPath(), back.toPath()) != -1) {
                throw new IllegalStateException(file + " came back changed");
            }
            File told = new File(file.getPath() + ".told");
            transfers.download(vault, archive, told);
            if (Files.mismatch(file.toPath(), told.toPath()) != -1) {
                throw new IllegalStateException(file + " was downloaded changed");
            }
            client.deleteArchive(new DeleteArchiveRequest("-", vault, archive));
            System.out.println("equal: " + file.length() + " bytes");
        }
    }
}
