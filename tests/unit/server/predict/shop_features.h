#ifndef SERIN_TESTS_UNIT_SERVER_PREDICT_SHOP_FEATURES_H_
#define SERIN_TESTS_UNIT_SERVER_PREDICT_SHOP_FEATURES_H_

#include "serin/v1/table.pb.h"

namespace serin {

// A flower shop: one feature of each type, in this order.
inline v1::Schema ShopFeatures() {
  v1::Schema schema;
  const auto add = [&](const char* name, v1::ColumnType type) {
    auto* column = schema.add_columns();
    column->set_name(name);
    column->set_type(type);
  };
  add("width", v1::COLUMN_TYPE_NUMBER);
  add("color", v1::COLUMN_TYPE_CATEGORY);
  add("fresh", v1::COLUMN_TYPE_BOOLEAN);
  add("cut_at", v1::COLUMN_TYPE_TIMESTAMP);
  return schema;
}

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_PREDICT_SHOP_FEATURES_H_
