#include "core/base/resource_name.h"

#include <string>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ParseDatasetRefTest, ReadsShortAndLongForms) {
  for (const char* text : {"iris", "datasets/iris"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const VersionedRef ref, ParseDatasetRef("name", text));
    EXPECT_EQ(ref.id, "iris");
    EXPECT_FALSE(ref.names_version());
  }
  for (const char* text : {"iris@3", "datasets/iris@3", "datasets/iris/versions/3"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const VersionedRef ref, ParseDatasetRef("name", text));
    EXPECT_EQ(ref.id, "iris");
    EXPECT_EQ(ref.version, 3);
  }
}

TEST(ParseDatasetRefTest, RejectsWhatIsNoReference_NamingTheField) {
  for (const std::string& text :
       {std::string(""), std::string("Iris"), std::string("a/b"), std::string("../x"),
        std::string("iris@0"), std::string("iris@-1"), std::string("iris@champion"),
        std::string("iris@99999999999"), std::string("datasets/iris/versions/"),
        std::string("models/iris"), std::string("-iris"), std::string(300, 'a')}) {
    EXPECT_THAT(ParseDatasetRef("name", text), IsError(kInvalid, HasSubstr("name: "))) << text;
  }
}

TEST(ParseDatasetRefTest, LongNamesAreCutInTheMessage) {
  EXPECT_THAT(ParseDatasetRef("name", std::string(300, 'a')),
              IsError(kInvalid, HasSubstr("(300 bytes)")));
}

TEST(ParseDatasetRefTest, NamesAreEscapedInTheMessage) {
  EXPECT_THAT(ParseDatasetRef("name", "a\nb"), IsError(kInvalid, HasSubstr("is 'a\\nb'")));
}

TEST(ParseModelRefTest, ReadsAliasesAndVersions) {
  SERIN_ASSERT_OK_AND_ASSIGN(const VersionedRef alias, ParseModelRef("model", "iris@champion"));
  EXPECT_EQ(alias.alias, "champion");
  EXPECT_EQ(alias.version, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const VersionedRef pinned,
                             ParseModelRef("model", "models/iris/versions/2"));
  EXPECT_EQ(pinned.version, 2);
  EXPECT_EQ(pinned.alias, "");
}

TEST(ParseModelNameTest, RejectsAVersion) {
  EXPECT_THAT(ParseModelName("model", "iris@2"),
              IsError(kInvalid, HasSubstr("must name no version")));
}

TEST(ValidateAliasTest, RejectsNumbers) {
  EXPECT_THAT(ValidateAlias("alias", "12"), IsError(kInvalid, HasSubstr("must not be a number")));
  EXPECT_THAT(ValidateAlias("alias", "v12"), IsOk());
}

TEST(ParseScheduleNameTest, TakesBothForms) {
  EXPECT_EQ(*ParseScheduleName("name", "schedules/nightly"), "nightly");
  EXPECT_EQ(*ParseScheduleName("name", "nightly"), "nightly");
  EXPECT_THAT(ParseScheduleName("name", "jobs/nightly"), IsError(kInvalid, HasSubstr("name: ")));
}

TEST(ParseJobNameTest, TakesBothForms) {
  EXPECT_EQ(*ParseJobName("name", "jobs/01abc"), "01abc");
  EXPECT_EQ(*ParseJobName("name", "01abc"), "01abc");
  EXPECT_THAT(ParseJobName("name", "jobs/a/b"), IsError(kInvalid, HasSubstr("name: ")));
}

}  // namespace
}  // namespace serin
